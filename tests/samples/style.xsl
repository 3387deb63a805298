<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="text"/>
<xsl:template match="/"><xsl:for-each select="list/item"><xsl:sort select="@n" data-type="number" order="descending"/><xsl:value-of select="@n"/>: <xsl:value-of select="."/><xsl:text>
</xsl:text><xsl:message><xsl:value-of select="@n"/></xsl:message></xsl:for-each></xsl:template>
</xsl:stylesheet>
